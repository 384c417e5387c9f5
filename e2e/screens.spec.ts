import { test } from './journey.ts'
import { galleries } from './steps/galleries.ts'
import { lookAtEach } from './steps/look-at-each.ts'

test.describe.configure({ mode: 'parallel' })
lookAtEach(galleries.usual.screens)
