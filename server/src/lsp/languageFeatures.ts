import type {
  CancellationToken,
  CodeAction,
  CodeActionParams,
  CodeLens,
  CodeLensParams,
  CompletionItem,
  CompletionList,
  CompletionParams,
  DefinitionParams,
  Diagnostic,
  DocumentFormattingParams,
  DocumentHighlight,
  DocumentHighlightParams,
  DocumentLink,
  DocumentLinkParams,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  DocumentSymbol,
  DocumentSymbolParams,
  FoldingRange,
  FoldingRangeParams,
  Hover,
  HoverParams,
  InlayHint,
  InlayHintParams,
  Location,
  LocationLink,
  PrepareRenameParams,
  Range,
  ReferenceParams,
  RenameParams,
  SelectionRange,
  SelectionRangeParams,
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
  SemanticTokensLegend,
  SemanticTokensParams,
  SemanticTokensRangeParams,
  SymbolInformation,
  TextEdit,
  WorkspaceEdit,
  WorkspaceSymbol,
  WorkspaceSymbolParams,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** The kind of code actions that mend all that is sure at once. */
export const FIX_ALL = 'source.fixAll.deepcoder';

type Answer<R> = R | null | Promise<R | null>;

type Handler<P, R> = (document: TextDocument, params: P, token: CancellationToken) => Answer<R>;

/** The requests that speak of one document, under their names in the specification. */
export interface DocumentHandlers {
  completion: Handler<CompletionParams, CompletionItem[] | CompletionList>;
  hover: Handler<HoverParams, Hover>;
  definition: Handler<DefinitionParams, Location[] | LocationLink[]>;
  references: Handler<ReferenceParams, Location[]>;
  documentHighlight: Handler<DocumentHighlightParams, DocumentHighlight[]>;
  documentSymbol: Handler<DocumentSymbolParams, DocumentSymbol[]>;
  foldingRange: Handler<FoldingRangeParams, FoldingRange[]>;
  selectionRange: Handler<SelectionRangeParams, SelectionRange[]>;
  documentLink: Handler<DocumentLinkParams, DocumentLink[]>;
  codeAction: Handler<CodeActionParams, CodeAction[]>;
  codeLens: Handler<CodeLensParams, CodeLens[]>;
  inlayHint: Handler<InlayHintParams, InlayHint[]>;
  formatting: Handler<DocumentFormattingParams, TextEdit[]>;
  rangeFormatting: Handler<DocumentRangeFormattingParams, TextEdit[]>;
  onTypeFormatting: Handler<DocumentOnTypeFormattingParams, TextEdit[]>;
  rename: Handler<RenameParams, WorkspaceEdit>;
  prepareRename: Handler<PrepareRenameParams, Range | { range: Range; placeholder: string }>;
  semanticTokens: Handler<SemanticTokensParams, SemanticTokens>;
  semanticTokensDelta: Handler<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>;
  semanticTokensRange: Handler<SemanticTokensRangeParams, SemanticTokens>;
}

/** All that is offered for one kind of document. */
export interface LanguageFeatures extends Partial<DocumentHandlers> {
  handles: (document: TextDocument) => boolean;
  diagnostics?: (document: TextDocument, token: CancellationToken) => Answer<Diagnostic[]>;
  workspaceSymbol?: (
    params: WorkspaceSymbolParams,
    token: CancellationToken,
  ) => Answer<(WorkspaceSymbol | SymbolInformation)[]>;
  completionTriggers?: readonly string[];
  onTypeTriggers?: readonly string[];
  codeActionKinds?: readonly string[];
  semanticTokensLegend?: SemanticTokensLegend;
}
