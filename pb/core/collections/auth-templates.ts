import type { MailTemplate } from './types.ts';

/* The default mails; stored with each auth collection, so they must be the texts PocketBase writes. */

const thanks = '<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>';
const ignore = (reason: string): string => `<p><i>${reason}</i></p>\n`;
const button = (path: string, label: string): string =>
	`<p>\n  <a class="btn" href="{APP_URL}/_/#/auth/${path}/{TOKEN}" target="_blank" rel="noopener">${label}</a>\n</p>\n`;

export const verificationTemplate: MailTemplate = {
	subject: 'Verify your {APP_NAME} email',
	body:
		'<p>Hello,</p>\n<p>Thank you for joining us at {APP_NAME}.</p>\n' +
		'<p>Click on the button below to verify your email address.</p>\n' +
		button('confirm-verification', 'Verify') +
		ignore("If you didn't recently register, please ignore this email.") +
		thanks,
};

export const resetPasswordTemplate: MailTemplate = {
	subject: 'Reset your {APP_NAME} password',
	body:
		'<p>Hello,</p>\n<p>Click on the button below to reset your password.</p>\n' +
		button('confirm-password-reset', 'Reset password') +
		ignore("If you didn't ask to reset your password, please ignore this email.") +
		thanks,
};

export const confirmEmailChangeTemplate: MailTemplate = {
	subject: 'Confirm your {APP_NAME} new email address',
	body:
		'<p>Hello,</p>\n<p>Click on the button below to confirm your new email address.</p>\n' +
		button('confirm-email-change', 'Confirm new email') +
		ignore("If you didn't ask to change your email address, please ignore this email.") +
		thanks,
};

export const otpTemplate: MailTemplate = {
	subject: 'OTP for {APP_NAME}',
	body:
		'<p>Hello,</p>\n<p>Your one-time password is: <strong>{OTP}</strong></p>\n' +
		ignore("If you didn't ask for the one-time password, you can ignore this email.") +
		thanks,
};

export const authAlertTemplate: MailTemplate = {
	subject: 'Login from a new location',
	body:
		'<p>Hello,</p>\n<p>We noticed a login to your {APP_NAME} account from a new location:</p>\n' +
		'<p><em>{ALERT_INFO}</em></p>\n' +
		"<p><strong>If this wasn't you, you should immediately change your {APP_NAME} account password " +
		'to revoke access from all other locations.</strong></p>\n' +
		'<p>If this was you, you may disregard this email.</p>\n' +
		thanks,
};
