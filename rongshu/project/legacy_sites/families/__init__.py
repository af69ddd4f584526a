"""The template families by name, oldest first."""

from __future__ import annotations

from rongshu.project.legacy_sites.families.api2019 import Api2019
from rongshu.project.legacy_sites.families.asp2006 import Asp2006
from rongshu.project.legacy_sites.families.base import Family
from rongshu.project.legacy_sites.families.broken2005 import Broken2005
from rongshu.project.legacy_sites.families.disclosure2016 import Disclosure2016
from rongshu.project.legacy_sites.families.frontpage2003 import FrontPage2003
from rongshu.project.legacy_sites.families.jcms2009 import Jcms2009
from rongshu.project.legacy_sites.families.jsp2008 import Jsp2008
from rongshu.project.legacy_sites.families.mixed2011 import Mixed2011
from rongshu.project.legacy_sites.families.portal2020 import Portal2020
from rongshu.project.legacy_sites.families.postback2010 import PostBack2010
from rongshu.project.legacy_sites.families.sections2018 import Sections2018
from rongshu.project.legacy_sites.families.trs2012 import Trs2012
from rongshu.project.legacy_sites.families.webforms2014 import WebForms2014

FAMILIES: dict[str, type[Family]] = {
    family.name: family
    for family in (
        FrontPage2003,
        Broken2005,
        Asp2006,
        Jsp2008,
        Jcms2009,
        PostBack2010,
        Mixed2011,
        Trs2012,
        WebForms2014,
        Disclosure2016,
        Sections2018,
        Api2019,
        Portal2020,
    )
}

__all__ = ["FAMILIES", "Family"]
