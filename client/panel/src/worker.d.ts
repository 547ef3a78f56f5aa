/** The program of a worker, bundled by itself, as a text. */
declare module 'worker:*' {
  const code: string;
  export default code;
}
