/** The calendar in the viewer's language and country. */

type Day = 0 | 1 | 2 | 3 | 4 | 5 | 6

interface Week {
  firstDay: number
  weekend: readonly number[]
}

interface KnowsWeek {
  getWeekInfo?: () => Week
  weekInfo?: Week
}

const USUAL: Week = { firstDay: 1, weekend: [6, 7] }
// For browsers without week information.
const SUNDAY_FIRST = /-(US|CA|MX|BR|JP|KR|TW|IN|IL|ZA|PH|AU)\b/i

/** Return the first day of the week and the weekend; Sunday is 0. */
export function weekOf(language: string): { firstDayOfWeek: Day; weekendDays: Day[] } {
  const locale = new Intl.Locale(language) as Intl.Locale & KnowsWeek
  const guessed = SUNDAY_FIRST.test(language) ? { ...USUAL, firstDay: 7 } : USUAL
  const { firstDay, weekend } = locale.getWeekInfo?.() ?? locale.weekInfo ?? guessed
  return {
    firstDayOfWeek: (firstDay % 7) as Day,
    weekendDays: weekend.map((day) => (day % 7) as Day),
  }
}

const format = (options: Intl.DateTimeFormatOptions) => {
  const made = new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" })
  return (day: string) => made.format(new Date(`${day.slice(0, 10)}T00:00:00Z`))
}

/** Settings of Mantine's calendar for the language of the browser. */
export const CALENDAR = {
  ...weekOf(Intl.DateTimeFormat().resolvedOptions().locale),
  weekdayFormat: format({ weekday: "short" }),
  monthLabelFormat: format({ month: "long", year: "numeric" }),
  monthsListFormat: format({ month: "short" }),
  getDayAriaLabel: format({ day: "numeric", month: "long", year: "numeric" }),
}
