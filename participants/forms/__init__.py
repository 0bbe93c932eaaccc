"""What a person may type about invitations, people and seats."""
