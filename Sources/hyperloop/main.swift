print("hyperloop")
