namespace EtcdAdmin.Events;

/// <summary>What a running operation tells: progress, a message for those who want detail, or a warning for everybody.</summary>
/// <remarks>Events never hold keys, values, passwords or tokens.</remarks>
public abstract record EtcdEvent;

/// <summary>How far an activity has come.</summary>
/// <param name="Activity">The whole operation, the same text throughout, for instance <c>Saving snapshot of prod</c>.</param>
/// <param name="Status">What happens now.</param>
/// <param name="Fraction">From 0 to 1; null where the end is not known. 1 closes the activity.</param>
public sealed record ProgressEvent(string Activity, string Status, double? Fraction) : EtcdEvent;

/// <summary>A detail worth knowing when one looks closely (PowerShell: verbose).</summary>
/// <param name="Text">One sentence.</param>
public sealed record MessageEvent(string Text) : EtcdEvent;

/// <summary>Something the operator should know although the operation goes on.</summary>
/// <param name="Text">What is the matter and what can be done about it.</param>
public sealed record WarningEvent(string Text) : EtcdEvent;
