/**
 * A window in the browser that reads its workspace file before the connection for files is there has no folders, and
 * does not look again: that is the workbench's, and a new window helps.
 */
export const WORKSPACE_NOT_READ = 'the window has not read its workspace file';
