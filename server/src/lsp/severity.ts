import type { Severity } from '@deepcoder/vocabulary';
import { DiagnosticSeverity } from 'vscode-languageserver';

/** As the protocol has them. */
export const DIAGNOSTIC_SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
