import { lockHolder } from '#pb';
import { runCommand, sendCommand, type Command } from '#lib/server/control.ts';
import { createRuntime } from '#lib/server/create-runtime.ts';
import type { Env } from '#lib/server/env.ts';
import { createOrigins } from '#lib/server/web/index.ts';
import { lockDataDir } from './lock.ts';
import { log } from './log.ts';

/** Carries a command out in the running server, or, when there is none, in a runtime of its own. */
export async function execute(env: Env, command: Command): Promise<unknown> {
	if (lockHolder(env.dataDir) !== undefined) return sendCommand(env.dataDir, command);
	const lock = await lockDataDir(env.dataDir);
	try {
		const runtime = await createRuntime({
			env,
			origins: createOrigins(env, env.port),
			now: () => new Date(),
			log,
			showCode: () => undefined,
		});
		try {
			return await runCommand(command, runtime);
		} finally {
			await runtime.close();
		}
	} finally {
		await lock.release();
	}
}
