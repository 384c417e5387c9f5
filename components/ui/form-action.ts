/** What a form posts to: a server action. It works as a plain POST too, before or without JavaScript. */
export type FormAction = (form: FormData) => void | Promise<void>
