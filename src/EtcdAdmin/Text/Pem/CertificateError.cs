using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Makes the error for certificates and keys that cannot be used.</summary>
internal static class CertificateError
{
    /// <param name="source">The origin of the text, usually a path.</param>
    /// <param name="reason">Completes "cannot be used: ...", without a full stop. Never key material.</param>
    /// <param name="nextStep">What the operator does next.</param>
    /// <param name="cause">The exception that caused this one, if any.</param>
    public static EtcdException Make(string source, string reason, string nextStep, Exception? cause = null) =>
        new(EtcdErrorIds.CertificateInvalid, $"'{source}' cannot be used: {reason}.", cause)
        {
            Target = source,
            NextStep = nextStep,
        };
}
