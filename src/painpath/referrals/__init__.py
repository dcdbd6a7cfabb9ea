"""The record of a referral: what arrived, what it says, who decided what, and everything that happened."""
