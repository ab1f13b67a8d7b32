import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** `npm run dev`: tinykit's own router in front of Vite's pages. */
function tinykit(): Plugin {
	return {
		name: 'tinykit',
		apply: 'serve',
		async configureServer(server) {
			if (!server.httpServer) return;
			// By address, so that Vite does not copy it into this config: the module holds the open databases.
			const { devRouter } = (await import(
				new URL('./src/dev.ts', import.meta.url).href
			)) as typeof import('./src/dev.ts');
			server.middlewares.use(devRouter(server.httpServer as import('node:http').Server));
		},
	};
}

export default defineConfig({
	plugins: [tinykit(), sveltekit()],
	server: { port: Number(process.env['PORT'] ?? 3000), strictPort: true, host: '127.0.0.1' },
	build: { target: 'es2022' },
});
