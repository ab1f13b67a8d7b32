import { z } from 'zod';

/** What the person has before them while they write: goes with the message, never into a cached prefix. */
export const viewState = z.strictObject({
	/** The file open in the editor. */
	file: z.string().max(200).optional(),
	/** The page of the preview: its path and hash. */
	page: z.string().max(500).optional(),
	/** The element picked in the preview, as text. Untrusted: the app's own output. */
	selection: z.string().max(2000).optional(),
	/** Messages of the preview's console. Untrusted likewise. */
	errors: z.array(z.string().max(1000)).max(10).optional(),
});
export type ViewState = z.infer<typeof viewState>;
