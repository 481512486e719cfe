"""What leaves the platform, and in which form: webhook, CAP, e-mail, links that dial. Builders are pure, senders thin."""
