import { redirect } from 'next/navigation'

/** The start is where one logs in; this address is what people type. */
export default function LogIn() {
  redirect('/')
}
