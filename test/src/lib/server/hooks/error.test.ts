import type { RequestEvent } from '@sveltejs/kit';
import { afterEach, expect, it } from 'vitest';
import { handleError } from '#lib/server/hooks/error.ts';
import { shareWithPages } from '#lib/server/shared.ts';

const lines: string[] = [];
shareWithPages({
	frames: "'none'",
	log: (level, message) => void lines.push(`${level} ${message}`),
});
afterEach(() => void lines.splice(0));

const failAt = (status: number) =>
	handleError({
		error: new Error('a secret reason'),
		event: { url: new URL('http://localhost/tinykit/%ff?token=secret') } as RequestEvent,
		status,
		message: 'from Kit',
	});

it.each([
	[400, 'Something went wrong.', []],
	[404, 'There is nothing here.', []],
	[405, 'Something went wrong.', []],
	[500, 'Something went wrong.', ['error page /tinykit/%ff']],
])('%i is answered with %s; only a fault of ours is logged', (status, message, logged) => {
	expect(failAt(status)).toEqual({ message });
	expect(lines).toEqual(logged);
});
