export { createAuthenticator } from './authenticator.ts';
export type { Authenticate, AuthenticatorSource } from './authenticator.ts';
export { peekClaims, readClaims } from './jwt.ts';
export type { Claims } from './jwt.ts';
export { comparePassword, compareWithNobody, hashPassword, maxPasswordBytes } from './passwords.ts';
export { asAuthRecord, issueToken, verifyToken } from './tokens.ts';
export type { FindRecord, TokenExtra, TokenSource, TokenType } from './tokens.ts';
