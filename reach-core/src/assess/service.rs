//! The recognized ports of Inspector's network reachability package, and how it rates them.

use super::Severity;
use crate::packet::Protocol;

/// A service that the package recognizes by its ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Its name as Inspector writes it.
    pub name: &'static str,
    /// Its TCP ports.
    pub tcp: &'static [u16],
    /// Its UDP ports.
    pub udp: &'static [u16],
    /// Severity when reachable from the internet.
    pub internet: Severity,
    /// Severity when reachable over peering or a virtual private gateway.
    pub open: Severity,
}

const fn service(
    name: &'static str,
    tcp: &'static [u16],
    udp: &'static [u16],
    internet: Severity,
    open: Severity,
) -> Service {
    Service { name, tcp, udp, internet, open }
}

const NFS: &[u16] = &[111, 1110, 2049, 4045];
const DHCP: &[u16] = &[67, 68, 546, 547];
const RPC: &[u16] = &[111, 135, 530];
const WINS: &[u16] = &[42, 1512];

use Severity::{High, Informational, Low, Medium};

impl Service {
    /// All 25. Port 111 belongs to NFS and to RPC, which are rated alike; the first of the table
    /// gives the name.
    pub const ALL: &[Self] = &[
        service("FTP", &[21], &[21], High, Medium),
        service("Print services", &[515], &[], High, Medium),
        service("Telnet", &[23], &[23], High, Medium),
        service("SSH", &[22], &[22], Medium, Low),
        service("RDP", &[3389], &[3389], Medium, Low),
        service("HTTP", &[80], &[80], Low, Informational),
        service("HTTPS", &[443], &[443], Low, Informational),
        service("DHCP", DHCP, DHCP, Medium, Informational),
        service("Elasticsearch", &[9200, 9300], &[], Medium, Informational),
        service("Global catalog LDAP", &[3268], &[], Medium, Informational),
        service("Global catalog LDAP over TLS", &[3269], &[], Medium, Informational),
        service(
            "Kerberos",
            &[88, 464, 543, 544, 749, 751],
            &[88, 464, 749, 750, 751, 752],
            Medium,
            Informational,
        ),
        service("LDAP", &[389], &[389], Medium, Informational),
        service("LDAP over TLS", &[636], &[], Medium, Informational),
        service("MongoDB", &[27017, 27018, 27019, 28017], &[], Medium, Informational),
        service("MySQL", &[3306], &[], Medium, Informational),
        service("NetBIOS", &[137, 139], &[137, 138], Medium, Informational),
        service("NFS", NFS, NFS, Medium, Informational),
        service("Oracle", &[1521, 1630], &[], Medium, Informational),
        service("PostgreSQL", &[5432], &[], Medium, Informational),
        service("RPC", RPC, RPC, Medium, Informational),
        service("SMB", &[445], &[445], Medium, Informational),
        service("SQL Server", &[1433], &[1434], Medium, Informational),
        service("Syslog", &[601], &[514], Medium, Informational),
        service("WINS", WINS, WINS, Medium, Informational),
    ];

    /// The service that a port stands for.
    pub fn recognize(protocol: Protocol, port: u16) -> Option<&'static Self> {
        Self::ALL.iter().find(|service| service.ports(protocol).contains(&port))
    }

    /// Its ports of one protocol; none for any but TCP and UDP.
    pub fn ports(&self, protocol: Protocol) -> &'static [u16] {
        match protocol {
            Protocol::TCP => self.tcp,
            Protocol::UDP => self.udp,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_five_services() {
        assert_eq!(Service::ALL.len(), 25);
        let tcp: usize = Service::ALL.iter().map(|service| service.tcp.len()).sum();
        let udp: usize = Service::ALL.iter().map(|service| service.udp.len()).sum();
        assert_eq!((tcp, udp), (45, 31));
    }

    #[test]
    fn a_port_has_one_name() {
        let name = |protocol, port| Service::recognize(protocol, port).map(|found| found.name);
        assert_eq!(name(Protocol::TCP, 23), Some("Telnet"));
        assert_eq!(name(Protocol::TCP, 111), Some("NFS"));
        assert_eq!(name(Protocol::UDP, 1434), Some("SQL Server"));
        assert_eq!(name(Protocol::TCP, 1434), None);
        assert_eq!(name(Protocol::ICMP, 22), None);
    }
}
