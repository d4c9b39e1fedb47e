"""Places that a text names: provinces of its own day, districts and communes, with the words that say so.

(A colleague writes this package now; the annotator calls ``find_places(request) -> FoundPlaces`` with ``provinces``, ``inherited_provinces`` and
``localities`` as langnghe.documents has them.)
"""
