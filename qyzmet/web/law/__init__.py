"""What acts and the API say in English, with its catalogues."""
