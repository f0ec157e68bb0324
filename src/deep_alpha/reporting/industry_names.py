"""Industries in English: pictures can not count on a font for every script."""

from __future__ import annotations

_CITIC = {
    "交通运输": "Transportation",
    "传媒": "Media",
    "农林牧渔": "Agriculture",
    "医药": "Health care",
    "商贸零售": "Retail",
    "国防军工": "Defence",
    "基础化工": "Chemicals",
    "家电": "Home appliances",
    "建材": "Building materials",
    "建筑": "Construction",
    "房地产": "Real estate",
    "有色金属": "Non-ferrous metals",
    "机械": "Machinery",
    "汽车": "Automobiles",
    "消费者服务": "Consumer services",
    "煤炭": "Coal",
    "电力及公用事业": "Utilities",
    "电力设备及新能源": "Power equipment",
    "电子": "Electronics",
    "石油石化": "Oil and petrochemicals",
    "纺织服装": "Textiles and apparel",
    "综合": "Conglomerates",
    "综合金融": "Diversified finance",
    "计算机": "Computers",
    "轻工制造": "Light manufacturing",
    "通信": "Telecommunications",
    "钢铁": "Steel",
    "银行": "Banks",
    "非银行金融": "Non-bank finance",
    "食品饮料": "Food and beverages",
}
"""Level 1 of the CITIC classification."""


def in_english(industry: str) -> str:
    """An industry's English name, or the name itself where none is known."""
    return _CITIC.get(industry, industry)
