/** Builds an app, tells the compiler's process and waits to be killed; started by worker.integration.test.ts. */
import { createPreview } from '../../../../../src/lib/server/preview/index.ts';
import { createWorkspace } from '../../../../../src/lib/server/workspace/index.ts';

const root = process.argv[2] ?? '';
const preview = createPreview({
	workspaceOf: (slug) => createWorkspace({ root, slug }),
	builderOrigin: 'http://localhost:3000',
});
const { ok } = await preview.build('demo');
process.send?.({ ok, pid: preview.compilerPid });
