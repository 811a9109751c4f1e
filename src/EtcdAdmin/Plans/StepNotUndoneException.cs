using EtcdAdmin.Errors;

namespace EtcdAdmin.Plans;

/// <summary>Thrown by an undo that stops on purpose because going on would do harm. It says what is left as it is, and why.</summary>
internal sealed class StepNotUndoneException : EtcdException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">What is left as it is and why, without a full stop. Steps with the same reason are reported together.</param>
    /// <param name="nextStep">What the operator does next; null where another step of the same plan says so.</param>
    public StepNotUndoneException(string reason, string? nextStep = null)
        : base(EtcdErrorIds.StepFailed, reason) => NextStep = nextStep;
}
