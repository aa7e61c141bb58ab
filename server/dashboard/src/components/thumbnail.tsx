import ImageOff from "lucide-react/icons/image-off"
import { useState } from "react"
import classes from "@/components/thumbnail.module.css"

/** A small screenshot, or an icon when there is none. The text next to it describes it. */
export function Thumbnail({ url }: { url: string | null }) {
  const [failed, setFailed] = useState(false)
  return (
    <span className={classes.frame}>
      {url === null || failed ? (
        <ImageOff size={18} aria-hidden />
      ) : (
        <img src={url} alt="" loading="lazy" decoding="async" onError={() => setFailed(true)} />
      )}
    </span>
  )
}
