"""The screens: a Django project, one app per room."""
