import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import { Link } from "@tanstack/react-router"
import type { SectionName } from "@/lib/page-info"
import type { Section } from "./pages"
import classes from "./shell.module.css"

const NAMES: Record<SectionName, MessageDescriptor> = {
  presence: msg`Presence`,
  administration: msg`Administration`,
  oversight: msg`Oversight`,
}

/** The pages that this user may open. */
export function Navigation({ sections }: { sections: Section[] }) {
  return (
    <div className={classes.links}>
      {sections.map((section) => (
        <div key={section.name}>
          <h2 className={classes.section}>{i18n._(NAMES[section.name])}</h2>
          <ul className={classes.list}>
            {section.pages.map(({ path, title, icon: Icon }) => (
              <li key={path}>
                <Link
                  to={path}
                  className={classes.link}
                  activeOptions={{ exact: path === "/", includeSearch: false }}
                >
                  <Icon size={18} aria-hidden />
                  {i18n._(title)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
