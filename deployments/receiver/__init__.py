"""What listens to the outside: messages of services, the state of the studio, and links to what was made."""
