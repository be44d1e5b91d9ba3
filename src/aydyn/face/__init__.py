"""The face: base templates, components, styles and icons that every page shares."""
