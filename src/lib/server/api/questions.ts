import { answerQuestions } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json } from './reply.ts';
import { memberOf, param, type Route } from './router.ts';

export const questionRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/questions',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			return json({ items: await call.runtime.questions.list(slug) });
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/questions/:id',
		access: 'editor',
		handle: async (call) => {
			const given = await readJson(call.request, answerQuestions);
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			const [id, by] = [param(call, 'id'), memberOf(call).id];
			const { runs } = call.runtime;
			return json(
				'answers' in given
					? await runs.answer(slug, id, given.answers, by)
					: await runs.decline(slug, id, by),
			);
		},
	},
];
