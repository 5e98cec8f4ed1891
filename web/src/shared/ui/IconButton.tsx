import { Tooltip } from 'antd'
import { forwardRef, type ButtonHTMLAttributes } from 'react'
import { Icon, type IconName } from '@/shared/icons/Icon'
import css from './parts.module.css'

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label' | 'title'> {
  icon: IconName
  /** What it does; read out and shown on hover. */
  label: string
}

/** A button that is only an icon. */
export const IconButton = forwardRef<HTMLButtonElement, Props>(function IconButton({ icon, label, className, ...rest }, ref) {
  return (
    <Tooltip title={label} mouseEnterDelay={0.4}>
      <button ref={ref} type="button" {...rest} className={className ? `${css.iconButton} ${className}` : css.iconButton} aria-label={label}>
        <Icon name={icon} />
      </button>
    </Tooltip>
  )
})
