"""The screens of the shared file: a worker's home, the case, the decision, the forms of the path of a TGD."""
