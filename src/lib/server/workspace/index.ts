/** The files of the apps: every path is a checked WorkspacePath, every write whole or not at all. */
export { parseWorkspacePath, maxPathLength, type WorkspacePath } from './path.ts';
export { createWorkspace } from './store.ts';
export {
	defaultLimits,
	type Snapshot,
	type Workspace,
	type WorkspaceBytes,
	type WorkspaceConfig,
	type WorkspaceFile,
	type WorkspaceLimits,
	type WriteOptions,
} from './types.ts';
