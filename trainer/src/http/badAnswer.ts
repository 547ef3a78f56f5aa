/** An answer that cannot be what was asked for; asking once more may help. */
export class BadAnswer extends Error {
  override name = 'BadAnswer';
}
