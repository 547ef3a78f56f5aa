/** A folder that lies on no disk, for tests. */
const vscode = require('vscode');

const FILES = {
  'walk.react':
    'Task: find the door\nThought 1: I look around.\nAction 1: look\nObservation 1: a door\n',
  'deepcoder.yaml': 'extends: quickstart\ntrain:\n  steps: 5\n',
};
const ROOT = '/virtual';

const files = new Map(
  Object.entries(FILES).map(([name, text]) => [`${ROOT}/${name}`, new TextEncoder().encode(text)]),
);

/** @param {import('vscode').Uri} uri */
function contentOf(uri) {
  const content = files.get(uri.path);
  if (content === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  return content;
}

const refuse = (/** @type {import('vscode').Uri} */ uri) => {
  throw vscode.FileSystemError.NoPermissions(uri);
};

exports.activate = (/** @type {import('vscode').ExtensionContext} */ context) => {
  const changed = new vscode.EventEmitter();
  const times = { ctime: 0, mtime: 0 };
  /** @type {import('vscode').FileSystemProvider} */
  const provider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    stat: (uri) =>
      uri.path === ROOT
        ? { ...times, type: vscode.FileType.Directory, size: 0 }
        : { ...times, type: vscode.FileType.File, size: contentOf(uri).length },
    readDirectory: () => Object.keys(FILES).map((name) => [name, vscode.FileType.File]),
    readFile: contentOf,
    writeFile: refuse,
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider('memory', provider));
};
