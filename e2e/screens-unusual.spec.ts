import { test } from './journey.ts'
import { galleries } from './steps/galleries.ts'
import { lookAtEach } from './steps/look-at-each.ts'

const { settings, screens } = galleries.unusual
test.use({ houseSettings: settings })
lookAtEach(screens)
