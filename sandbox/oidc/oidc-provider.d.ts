/** The little of oidc-provider 9 that the sandbox touches; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Cookies = { secure: boolean; get(name: string, options?: object): string | undefined; set(name: string, value: string | null, options?: object): void }
  export type Client = { clientId: string; backchannelLogoutUri?: string; backchannelLogout(accountId: string, sid: string): Promise<void>; postLogoutRedirectUriAllowed(uri: string): boolean }
  export type Account = { accountId: string; claims(): Record<string, unknown> }
  export type Session = {
    accountId?: string
    acr?: string
    loginTs?: number
    authorizations?: Record<string, { sid?: string; grantId?: string }>
    grantIdFor(clientId: string): string | undefined
    destroy(): Promise<void>
  }
  export type Grant = { addOIDCScope(scope: string): void; save(): Promise<string> }
  export type OidcContext = {
    req: IncomingMessage
    res: ServerResponse
    method: string
    path: string
    type: string
    status: number
    body: unknown
    cookies: Cookies
    set(name: string, value: string): void
    oidc: {
      provider: Provider
      route: string
      issuer: string
      client: Client
      session: Session
      params: Record<string, string | undefined>
      body?: Record<string, unknown>
      result?: { login?: object }
      entities: { Account?: Account }
      acr?: string
    }
  }
  export type Interaction = { uid: string; exp: number; prompt: { name: string }; params: Record<string, string | undefined>; session?: { uid?: string; accountId?: string }; save(ttl: number): Promise<string> }
  type Adapter = { destroy(id: string): Promise<void>; revokeByGrantId(id: string): Promise<void> }

  export class Provider extends EventEmitter {
    constructor(issuer: string, configuration: object)
    silent: boolean
    readonly issuer: string
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>
    use(middleware: (ctx: OidcContext, next: () => Promise<void>) => Promise<void>): this
    createContext(req: IncomingMessage, res: ServerResponse): OidcContext
    cookieName(type: 'session' | 'interaction' | 'resume'): string
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object, options?: { mergeWithLastSubmission?: boolean }): Promise<void>
    Session: { get(ctx: { req: IncomingMessage; res: ServerResponse; secure: boolean }): Promise<Session> }
    Client: { find(id: string): Promise<Client | undefined> }
    Grant: { new (values: { clientId: string; accountId: string | undefined }): Grant; find(id: string): Promise<Grant | undefined>; adapter: Adapter }
    AccessToken: { adapter: Adapter }
    IdToken: { validate(token: string, client: Client): Promise<unknown> }
  }
  export default Provider
  type Check = object
  export const interactionPolicy: {
    base(): object[] & { get(name: string): { checks: Check[] & { add(check: Check, index?: number): void } } }
    Check: new (reason: string, description: string, check: (ctx: OidcContext) => boolean) => Check
  }
  export const errors: {
    InvalidRequest: new (description: string) => Error
    InvalidClientAuth: new (detail: string) => Error
  }
}
