import * as vscode from 'vscode';

/** Whether folders are open and none of them lies on a disk. */
export function isWithoutDisk(): boolean {
  const { workspaceFolders: folders = [] } = vscode.workspace;
  return folders.length > 0 && !folders.some(({ uri }) => isOnDisk(uri));
}

export function isOnDisk(uri: vscode.Uri): boolean {
  return uri.scheme === 'file';
}

export function sayWhatIsNeeded(): void {
  void vscode.window.showInformationMessage(whatIsNeeded());
}

/** The same as a webview's page. */
export function pageOfWhatIsNeeded(): string {
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>DeepCoder</title>
</head>
<body><p>${whatIsNeeded()}</p></body>
</html>
`;
}

function whatIsNeeded(): string {
  return vscode.l10n.t('Not here: this needs Node and a folder on a disk.');
}
