import { addField } from './add-field.ts';
import { ownTables, stemOf, type AppView } from './app-view.ts';
import { decline, type Change, type Declined } from './change.ts';
import { removeField, renameField, renameTable } from './fields.ts';
import type { Intent } from './intent.ts';
import { changeColour, changeTheme } from './look.ts';
import { addPage } from './page.ts';
import { changeRule } from './rule.ts';
import { changeIntro, changeText, changeTitle } from './text.ts';

/** What an intent comes to in this app, or why it is left alone. Pure: nothing is touched. */
export function changeFor(app: AppView, intent: Intent): Change | Declined {
	const change = worked(app, intent);
	if ('declined' in change || change.schema !== undefined || change.calls.length > 0) return change;
	return decline('it is like that already');
}

function worked(app: AppView, intent: Intent): Change | Declined {
	switch (intent.kind) {
		case 'add_field':
			return addField(app, intent);
		case 'remove_field':
			return removeField(app, intent);
		case 'rename': {
			const isTable =
				intent.what === 'table' ||
				(intent.what === 'either' &&
					intent.table === undefined &&
					ownTables(app).some(({ name }) => stemOf(name) === stemOf(intent.from)));
			return isTable ? renameTable(app, intent) : renameField(app, intent);
		}
		case 'title':
			return changeTitle(app, intent);
		case 'page':
			return addPage(app, intent);
		case 'colour':
			return changeColour(app, intent);
		case 'theme':
			return changeTheme(app, intent);
		case 'text':
			return changeText(app, intent);
		case 'intro':
			return changeIntro(app, intent);
		case 'rule':
			return changeRule(app, intent);
	}
}
