using EtcdAdmin.Errors;

namespace EtcdAdmin.Security;

/// <summary>The start and end of a certificate's validity, in seconds.</summary>
internal readonly record struct ValidityPeriod(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <exception cref="ArgumentOutOfRangeException">A lifetime that is not positive.</exception>
    public static ValidityPeriod From(TimeProvider clock, TimeSpan validity)
    {
        if (validity < TimeSpan.FromSeconds(1))
        {
            throw new ArgumentOutOfRangeException(nameof(validity), validity, "The lifetime of a certificate must be more than zero.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return new ValidityPeriod(now - CertificateAuthority.ClockSkew, now + validity);
    }

    /// <summary>The part of the period in which the authority is valid too: outside that part the certificate is not accepted.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: the authority is not valid now.</exception>
    public ValidityPeriod Within(CertificateInfo authority, TimeProvider clock)
    {
        CertificateCheck.IsValidNow(authority, "certificate authority", clock);
        return new ValidityPeriod(
            NotBefore < authority.NotBefore ? authority.NotBefore : NotBefore,
            NotAfter > authority.NotAfter ? authority.NotAfter : NotAfter);
    }
}
