namespace EtcdAdmin.Events;

/// <summary>An event of a running operation: progress, a detail, or a warning.</summary>
/// <remarks>Events never contain keys, values, passwords or tokens.</remarks>
public abstract record EtcdEvent;

/// <summary>The progress of an activity.</summary>
/// <param name="Activity">The operation, for instance <c>Saving snapshot of prod</c>; the same text until the end.</param>
/// <param name="Status">The current step.</param>
/// <param name="Fraction">From 0 to 1; null if the end is not known. 1 closes the activity.</param>
public sealed record ProgressEvent(string Activity, string Status, double? Fraction) : EtcdEvent;

/// <summary>A detail of the operation (PowerShell: verbose).</summary>
/// <param name="Text">One sentence.</param>
public sealed record MessageEvent(string Text) : EtcdEvent;

/// <summary>A problem that the operator should know about; the operation continues.</summary>
/// <param name="Text">The problem and what to do about it.</param>
public sealed record WarningEvent(string Text) : EtcdEvent;
