"""Devices on which sessions are used (登录设备, art. 17, 36)."""

from chassis.contract import Digest, LegalDate, View


class DeviceView(View):
    """A device that somebody who acts for the subject used: since which day, as which digest.

    `device` is a keyed digest of the random mark that the browser keeps.
    """

    device = Digest()
    first_on = LegalDate()
