import { Link } from "@tanstack/react-router"
import type { Section } from "./pages"
import classes from "./shell.module.css"

/** The pages that this user may open. */
export function Navigation({ sections }: { sections: Section[] }) {
  return (
    <div className={classes.links}>
      {sections.map((section) => (
        <div key={section.name}>
          <h2 className={classes.section}>{section.name}</h2>
          <ul className={classes.list}>
            {section.pages.map(({ path, title, icon: Icon }) => (
              <li key={path}>
                <Link
                  to={path}
                  className={classes.link}
                  activeOptions={{ exact: path === "/", includeSearch: false }}
                >
                  <Icon size={18} aria-hidden />
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
