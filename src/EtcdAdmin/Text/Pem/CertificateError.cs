using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Makes the one error for certificates and keys that cannot be used.</summary>
internal static class CertificateError
{
    /// <param name="source">What was read: a path, mostly.</param>
    /// <param name="reason">Completes "cannot be used: ...", without a full stop. Never key material.</param>
    /// <param name="nextStep">What the operator does.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public static EtcdException Make(string source, string reason, string nextStep, Exception? cause = null) =>
        new(EtcdErrorIds.CertificateInvalid, $"'{source}' cannot be used: {reason}.", cause)
        {
            Target = source,
            NextStep = nextStep,
        };
}
