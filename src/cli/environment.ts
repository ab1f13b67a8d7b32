import dotenv from 'dotenv';
import { parseEnv, type Env } from '#lib/server/env.ts';

/** The environment with `.env` of the working directory behind it: what is set outside wins. */
export function readEnv(): Env {
	dotenv.config({ quiet: true });
	return parseEnv(process.env, process.cwd());
}
