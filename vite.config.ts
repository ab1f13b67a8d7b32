import { sveltekit } from '@sveltejs/kit/vite';
import dotenv from 'dotenv';
import { defineConfig, type Plugin } from 'vite';

// PORT may stand in .env, as for `npm start`.
dotenv.config({ quiet: true });

/** `npm run dev`: tinykit's own router in front of Vite's pages. */
function tinykit(): Plugin {
	let closed = (): Promise<void> => Promise.resolve();
	return {
		name: 'tinykit',
		apply: 'serve',
		// Also called when Vite restarts itself: then nothing is closed.
		closeBundle: () => closed(),
		async configureServer(server) {
			if (!server.httpServer) return;
			// By address, so that Vite does not copy it into this config: the module holds the open databases.
			const { closedOnSignal, devRouter } = (await import(
				new URL('./src/dev.ts', import.meta.url).href
			)) as typeof import('./src/dev.ts');
			closed = closedOnSignal;
			server.middlewares.use(devRouter(server.httpServer as import('node:http').Server));
		},
	};
}

export default defineConfig({
	plugins: [tinykit(), sveltekit()],
	server: { port: Number(process.env['PORT'] ?? 3000), strictPort: true, host: '127.0.0.1' },
	build: { target: 'es2022' },
});
