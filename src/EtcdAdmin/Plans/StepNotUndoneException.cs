using EtcdAdmin.Errors;

namespace EtcdAdmin.Plans;

/// <summary>Thrown by an undo that stops short on purpose, because going further would do harm: what stays as it is, and why.</summary>
internal sealed class StepNotUndoneException : EtcdException
{
    /// <summary>Makes it.</summary>
    /// <param name="reason">What stays and why, as a sentence without its full stop. Steps with the same reason are reported together.</param>
    /// <param name="nextStep">What the operator does next; null where another step of the same plan says so.</param>
    public StepNotUndoneException(string reason, string? nextStep = null)
        : base(EtcdErrorIds.StepFailed, reason) => NextStep = nextStep;
}
