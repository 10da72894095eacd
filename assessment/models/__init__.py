from assessment.models.snapshot import ReportBuild, ReportSnapshot, Step

__all__ = ["ReportBuild", "ReportSnapshot", "Step"]
