export { listDataFiles, type DataFiles } from './listDataFiles.ts';
