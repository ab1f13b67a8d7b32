import type { Recipe } from './recipe.ts';
import { recipes } from './recipes/index.ts';

export interface Choice {
	readonly recipe: Recipe;
	/** False: no word of the request speaks for any recipe. */
	readonly fits: boolean;
}

/** The recipe most words of the request speak for. */
export function chooseRecipe(text: string): Choice {
	const scored = recipes.map((recipe) => ({
		recipe,
		score: recipe.words.reduce(
			(sum, [pattern, score]) => sum + (pattern.test(text) ? score : 0),
			0,
		),
	}));
	const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
	return { recipe: best.recipe, fits: best.score >= 3 };
}

/** `a guestbook, …`: what there is, in words. */
export const recipeList = (): string => {
	const labels = recipes.map((recipe) => recipe.label);
	return `${labels.slice(0, -1).join(', ')} or ${labels.at(-1) ?? ''}`;
};
