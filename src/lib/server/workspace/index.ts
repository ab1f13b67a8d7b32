/** The files of the apps: every path is a checked WorkspacePath, every write whole or not at all. */
export { parseWorkspacePath, type WorkspacePath } from './path.ts';
export { errnoOf } from './disk-error.ts';
export { loadGit } from './history.ts';
export { createWorkspace } from './store.ts';
export type {
	Snapshot,
	Workspace,
	WorkspaceBytes,
	WorkspaceConfig,
	WorkspaceFile,
	WorkspaceLimits,
	WriteOptions,
} from './types.ts';
