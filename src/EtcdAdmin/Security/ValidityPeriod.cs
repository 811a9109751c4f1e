using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>The start and end of a certificate's validity, in seconds.</summary>
internal readonly record struct ValidityPeriod(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <exception cref="ArgumentOutOfRangeException">A lifetime that is not positive, or a negative time to date back.</exception>
    public static ValidityPeriod From(TimeProvider clock, CertificateSpec spec) => From(clock, spec.Validity, spec.Backdate);

    /// <exception cref="ArgumentOutOfRangeException">A lifetime that is not positive, or a negative time to date back.</exception>
    public static ValidityPeriod From(TimeProvider clock, TimeSpan validity, TimeSpan backdate)
    {
        if (validity < TimeSpan.FromSeconds(1))
        {
            throw new ArgumentOutOfRangeException(nameof(validity), validity, "The lifetime of a certificate must be more than zero.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(backdate, TimeSpan.Zero);
        DateTimeOffset now = clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return new ValidityPeriod(now - backdate, now + validity);
    }

    /// <summary>The part of the period in which the authority is valid too: outside that part the certificate is not accepted.</summary>
    /// <param name="authority">The authority.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="entire">True refuses a period that ends after the authority's.</param>
    /// <exception cref="EtcdException">CertificateInvalid: the authority is not valid now, or not long enough.</exception>
    public ValidityPeriod Within(CertificateInfo authority, TimeProvider clock, bool entire)
    {
        CertificateCheck.IsValidNow(authority, "certificate authority", clock);
        if (entire && NotAfter > authority.NotAfter)
        {
            throw CertificateError.Make(authority.Subject, string.Create(CultureInfo.InvariantCulture,
                $"the authority expires on {authority.NotAfter:u}, before a certificate that is to be valid until {NotAfter:u}"),
                string.Create(CultureInfo.InvariantCulture,
                    $"Choose at most {authority.DaysLeft(clock)} day(s), or use an authority that is valid for longer."));
        }

        return new ValidityPeriod(
            NotBefore < authority.NotBefore ? authority.NotBefore : NotBefore,
            NotAfter > authority.NotAfter ? authority.NotAfter : NotAfter);
    }
}
