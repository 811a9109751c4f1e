namespace EtcdAdmin.Deployment.Members;

/// <summary>Why a member is repaired.</summary>
public enum MemberRepairReason
{
    /// <summary>Its data is lost.</summary>
    DataLost,

    /// <summary>Its data differs from that of the other members.</summary>
    Corruption,
}
